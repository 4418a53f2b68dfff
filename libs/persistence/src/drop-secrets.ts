/** Deletes the secrets of the tasks that `taskIds` selects, except where a delivery still needs them. */
export const dropSecrets = (taskIds: string): string =>
  `DELETE FROM "Secret" s WHERE s."taskId" IN (${taskIds}) AND NOT EXISTS (
    SELECT 1 FROM "Delivery" d WHERE d."taskId" = s."taskId" AND d."state" IN ('pending', 'held'))`;
