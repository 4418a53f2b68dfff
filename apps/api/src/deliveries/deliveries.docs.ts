import { Delivery } from '@drydock/contracts';
import { Operation } from '../openapi/operation.ts';

export const OrderDeliveryDocs = () =>
  Operation({
    id: 'orderDelivery',
    tag: 'Deliveries',
    summary: 'Ask for a pull request of a finished task',
    description:
      'The stored patch is delivered; the agent does not run again. A task has one pull request: whoever asks again gets the ' +
      'delivery that is there, unchanged. Its state is in the task too, and each change is an event `delivery.changed`.',
    scope: 'tasks:write',
    params: { id: 'Id of the task: `task_…`' },
    answers: { 202: { description: 'The delivery', schema: Delivery } },
    problems: [
      'malformed_json',
      'not_found',
      'task_not_final',
      'unsupported_media_type',
      'invalid_request',
      'delivery_not_available',
    ],
  });

export const RetryDeliveryDocs = () =>
  Operation({
    id: 'retryDelivery',
    tag: 'Deliveries',
    summary: 'Try a failed or held delivery again',
    description:
      'It goes on from what it has done already: no second branch, no second pull request. A delivery that is pending or has ' +
      'succeeded stays as it is.',
    scope: 'tasks:write',
    params: { id: 'Id of the delivery' },
    answers: { 202: { description: 'The delivery', schema: Delivery } },
    problems: [
      'malformed_json',
      'not_found',
      'unsupported_media_type',
      'invalid_request',
      'delivery_not_available',
    ],
  });
