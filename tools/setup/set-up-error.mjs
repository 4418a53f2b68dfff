/** An expected failure: its message says what happened and what to do, so no stack is shown. */
export class SetUpError extends Error {}

/**
 * Runs a command's main function and ends the process with it: Prisma's engine leaves a 10 s timer behind. An expected
 * failure is printed as plain text, exit code 1.
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    const expected = error instanceof SetUpError;
    process.stderr.write(`\n${expected ? error.message : (error?.stack ?? String(error))}\n`);
    process.exitCode = 1;
  }
  process.exit();
}
