/** What stands in a text field of a form, trimmed; empty for one that is not there, or holds a file. */
export const fieldText = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
};
