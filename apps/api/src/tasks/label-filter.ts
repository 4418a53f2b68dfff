/** `key:value` of a query; the value may hold colons and may be empty. */
export const labelsOf = (labels: readonly string[] | undefined): [key: string, value: string][] =>
  (labels ?? []).map((label) => {
    const colon = label.indexOf(':');
    return [label.slice(0, colon), label.slice(colon + 1)];
  });
