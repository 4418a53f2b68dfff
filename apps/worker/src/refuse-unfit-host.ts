import { AppError } from '@drydock/domain';

/** @throws AppError `config_error` on a host where sandboxes cannot be made safe. See ADR 7. */
export const refuseUnfitHost = (): void => {
  if (process.platform !== 'linux')
    throw new AppError(
      'config_error',
      `The worker needs Linux beside a local Docker Engine; this is ${process.platform}. Docker Desktop is not supported yet.`,
    );
  if (process.getuid?.() !== 0)
    throw new AppError(
      'config_error',
      'The worker must run as root: it makes the files of the sandbox user (10001).',
    );
};
