/** Rounds an amount of cents, half a cent up. */
export const roundCents = (cents) => Math.floor(cents);

/** 1234 -> "12.34" */
export const formatCents = (cents) => {
  const sign = cents < 0 ? '-' : '';
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};
