import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cart } from '../src/cart.js';
import { formatCents } from '../src/money.js';

test('adds up the lines', () => {
  const cart = new Cart().add('pen', 120, 3).add('pad', 450);
  assert.equal(cart.subtotalCents(), 810);
  assert.equal(cart.totalCents(), 810);
});

test('takes off a discount that comes out in whole cents', () => {
  assert.equal(new Cart().add('pad', 450).discount(10).totalCents(), 405);
});

test('rounds half a cent up after a discount', () => {
  assert.equal(new Cart().add('cable', 1999).discount(15).totalCents(), 1699);
  assert.equal(new Cart().add('mug', 995).discount(10).totalCents(), 896);
});

test('refuses a price that is not in whole cents', () => {
  assert.throws(() => new Cart().add('pen', 1.5), RangeError);
});

test('formats cents', () => {
  assert.equal(formatCents(1234), '12.34');
  assert.equal(formatCents(5), '0.05');
  assert.equal(formatCents(-120), '-1.20');
});
