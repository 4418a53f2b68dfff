import { AppError, type DeliveryId } from '@drydock/domain';

const DELIVERY_ID = /^[a-z]+_[0-9a-z_]{1,64}$/;

/** An id of another shape is as unknown as a made-up one. @throws AppError `not_found`. */
export const deliveryIdOf = (text: string): DeliveryId => {
  if (!DELIVERY_ID.test(text)) throw new AppError('not_found', 'There is no such delivery.');
  return text as DeliveryId;
};
