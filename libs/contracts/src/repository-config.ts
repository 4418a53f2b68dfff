import { z } from 'zod';
import { AgentRequest, LimitsRequest, NetworkRequest, TaskRequest } from './task-request.ts';

/** `.drydock.yml`, read from the base only. The request wins over it. */
export const RepositoryConfig = z
  .strictObject({
    image: TaskRequest.shape.image,
    setup: TaskRequest.shape.setup,
    verify: TaskRequest.shape.verify,
    network: NetworkRequest.partial().optional(),
    limits: LimitsRequest.optional(),
    agent: z.strictObject({ instructions: AgentRequest.shape.instructions }).optional(),
  })
  .meta({ id: 'RepositoryConfig' });
export type RepositoryConfig = z.infer<typeof RepositoryConfig>;
