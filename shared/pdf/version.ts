/**
 * Part of every journal key, and the version of the kind `pdf`: raise it when the same page gives other Markdown. The test
 * that pins what a sample document becomes fails until that is done.
 */
export const PDF_LIBRARY_VERSION = 5;
