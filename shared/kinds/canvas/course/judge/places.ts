import type { CourseModule, ModuleItem } from '../modules.ts';

/** One line of a module that leads to something. */
export interface Place {
  readonly module: CourseModule;
  readonly item: ModuleItem;
  /** From 1. */
  readonly position: number;
}

/** Every place of a course by the identifier that it leads to, in the modules' order. */
export function placesOf(modules: readonly CourseModule[]): Map<string, Place[]> {
  const places = new Map<string, Place[]>();
  for (const module of modules)
    for (const [at, item] of module.items.entries()) {
      const place = { module, item, position: at + 1 };
      const known = places.get(item.reference);
      if (known === undefined) places.set(item.reference, [place]);
      else known.push(place);
    }
  return places;
}

/** Can students go there by this place? */
export function isOpen(place: Place): boolean {
  return whyPlaceIsClosed(place) === undefined;
}

export function whyPlaceIsClosed({ module, item }: Place): string | undefined {
  if (!module.isActive) return `module "${module.title}" is not published`;
  if (module.isLocked) return `module "${module.title}" is locked until ${module.unlockAt ?? 'a date'}`;
  return item.isActive ? undefined : `its item in module "${module.title}" is not active`;
}

/** Canvas locks what is only in modules whose date has not come, wherever it is met; and of an unpublished module no one knows the date. */
export function whyAllAreLocked(places: readonly Place[]): string | undefined {
  const [first] = places;
  const areLocked = places.every(({ module }) => module.isActive && module.isLocked);
  return first !== undefined && areLocked ? whyPlaceIsClosed(first) : undefined;
}
