/**
 * In the `base` area: the index of the base with stat data that fits the files in `work` as the sandbox finds them, so
 * that collect need not read what was not touched.
 */
export const BASE_INDEX = 'drydock-index';
