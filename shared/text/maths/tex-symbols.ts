/** Pairs of a sign and its command. */
const PAIRS = `
α alpha β beta γ gamma δ delta ε varepsilon ϵ epsilon ζ zeta η eta θ theta ϑ vartheta ι iota κ kappa λ lambda μ mu ν nu ξ xi π pi ϖ varpi ρ rho
ϱ varrho σ sigma ς varsigma τ tau υ upsilon φ varphi ϕ phi χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Υ Upsilon Φ Phi
Ψ Psi Ω Omega ∑ sum ∏ prod ∐ coprod ∫ int ∬ iint ∭ iiint ∮ oint ⋃ bigcup ⋂ bigcap ⋁ bigvee ⋀ bigwedge ⨁ bigoplus ⨂ bigotimes
± pm ∓ mp × times ÷ div · cdot ⋅ cdot ∗ ast ∘ circ ∙ bullet ≤ leq ≥ geq ≠ neq ≈ approx ≡ equiv ∼ sim ≃ simeq ≅ cong ∝ propto ≪ ll ≫ gg
≺ prec ≻ succ ∈ in ∉ notin ∋ ni ⊂ subset ⊃ supset ⊆ subseteq ⊇ supseteq ∪ cup ∩ cap ∖ setminus ∅ emptyset ∀ forall ∃ exists ∄ nexists ¬ neg
∧ wedge ∨ vee ⊕ oplus ⊗ otimes ⊥ perp ∥ parallel ∠ angle ∴ therefore ∵ because → to ← leftarrow ↔ leftrightarrow ⇒ Rightarrow ⇐ Leftarrow
⇔ Leftrightarrow ↦ mapsto ⟶ longrightarrow ⟹ Longrightarrow ⟺ Longleftrightarrow ↑ uparrow ↓ downarrow ⇌ rightleftharpoons ∂ partial ∇ nabla ∞ infty ℏ hbar ℓ ell ℜ Re ℑ Im
ℵ aleph … ldots ⋯ cdots ⋮ vdots ⋱ ddots √ surd ′ prime † dagger ‡ ddagger ⟨ langle ⟩ rangle ⌈ lceil ⌉ rceil ⌊ lfloor ⌋ rfloor ‖ Vert
△ triangle □ square ⋆ star ⊢ vdash ⊨ models ⊤ top
`;
const COMMANDS: ReadonlyMap<string, string> = new Map(
  [...PAIRS.matchAll(/(\S) (\S+)/gu)].map(([, sign = '', command]) => [sign, `\\${command} `]),
);
const BLACKBOARD: ReadonlyMap<string, string> = new Map(
  [...'ℂC ℕN ℙP ℚQ ℝR ℤZ'.matchAll(/(\S)(\S)/gu)].map(([, sign = '', letter]) => [
    sign,
    `\\mathbb{${letter}}`,
  ]),
);
/** Signs that TeX reads as its own. */
const SPECIAL: ReadonlyMap<string, string> = new Map([
  ['%', '\\%'],
  ['#', '\\#'],
  ['&', '\\&'],
  ['_', '\\_'],
  ['{', '\\{'],
  ['}', '\\}'],
  ['$', '\\$'],
  ['\\', '\\backslash '],
  ['~', '\\sim '],
  ['^', '\\hat{}'],
  ['−', '-'],
  ['–', '-'],
  ['‐', '-'],
  ['\u00a0', ' '],
]);
/** Signs that say how to read, and are not seen: applied functions, invisible products, joiners. */
const INVISIBLE = /[\u2061-\u2064\u200b-\u200d\ufeff\u00ad]/g;
const STYLED_LETTERS = /[\u{1d400}-\u{1d7ff}]/gu;
const FUNCTIONS = new Set(
  'sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth log ln lg exp lim max min sup inf det dim ker gcd arg deg hom Pr limsup liminf'.split(
    ' ',
  ),
);

/** Signs of a formula as TeX. */
export function signsToTex(text: string): string {
  const plain = text.replace(INVISIBLE, '').replace(STYLED_LETTERS, (letter) => letter.normalize('NFKC'));
  return Array.from(
    plain,
    (sign) => SPECIAL.get(sign) ?? COMMANDS.get(sign) ?? BLACKBOARD.get(sign) ?? sign,
  ).join('');
}

/** A name of several letters: a function that TeX knows, or upright. */
export function nameToTex(name: string): string {
  if (FUNCTIONS.has(name)) return `\\${name} `;
  return `\\mathrm{${signsToTex(name)}}`;
}

export function isFunction(name: string): boolean {
  return FUNCTIONS.has(name);
}

/** Words in a formula. */
export function wordsToTex(words: string): string {
  const text = words.replace(/[\\{}$%#&_^~]/g, (sign) => (/[\\^~]/.test(sign) ? ' ' : `\\${sign}`));
  return text.trim() === '' ? ' ' : `\\text{${text}}`;
}
