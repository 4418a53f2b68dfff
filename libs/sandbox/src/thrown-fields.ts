/**
 * A text field of something that was thrown, or null. Goes by the field and not by `instanceof Error`: what the platform
 * throws may come from another realm, as under Jest.
 */
export const textField = (thrown: unknown, field: 'code' | 'message' | 'name'): string | null => {
  if (typeof thrown !== 'object' || thrown === null || !(field in thrown)) return null;
  const value: unknown = Reflect.get(thrown, field);
  return typeof value === 'string' ? value : null;
};

/** `ENOENT` and the like. */
export const errorCode = (thrown: unknown): string | null => textField(thrown, 'code');
