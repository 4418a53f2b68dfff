import { roundCents } from './money.js';

export class Cart {
  #lines = [];
  #discountPercent = 0;

  /** Adds a line; the price is in cents. */
  add(name, priceCents, quantity = 1) {
    if (!Number.isInteger(priceCents) || priceCents < 0)
      throw new RangeError('priceCents: a whole number >= 0');
    if (!Number.isInteger(quantity) || quantity < 1) throw new RangeError('quantity: a whole number >= 1');
    this.#lines.push({ name, priceCents, quantity });
    return this;
  }

  /** Takes off a percentage of the whole cart. */
  discount(percent) {
    if (!(percent >= 0 && percent <= 100)) throw new RangeError('percent: between 0 and 100');
    this.#discountPercent = percent;
    return this;
  }

  subtotalCents() {
    return this.#lines.reduce((sum, line) => sum + line.priceCents * line.quantity, 0);
  }

  /** What the customer pays, in whole cents. */
  totalCents() {
    return roundCents((this.subtotalCents() * (100 - this.#discountPercent)) / 100);
  }
}
