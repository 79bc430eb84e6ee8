/** The kinds of the tests that chaos tries besides those that are deployed; also bundled with the functions. */
import '../support/kinds/dataset-kind.ts';
import '../support/kinds/numbers-kind.ts';
