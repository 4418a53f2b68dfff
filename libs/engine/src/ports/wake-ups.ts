import type { QueueName } from '@drydock/contracts';

/** Anonymous wake-ups. Losing one costs a second, never a task: the ringer tops them up. */
export interface WakeUps {
  /** Best effort and quick (fails fast while Redis is away, never throws). Adds none when enough wait already. */
  ring(queue: QueueName): Promise<void>;
  /** Adds wake-ups until `target` wait; a small window only. */
  topUp(queue: QueueName, target: number): Promise<void>;
  /** Answers within 1 s, or throws `service_unavailable`. */
  ping(): Promise<void>;
}
