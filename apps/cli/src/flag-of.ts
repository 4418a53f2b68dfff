/** Where in a request, and what the person wrote for it; the first that fits. */
const FLAGS: readonly (readonly [RegExp, string])[] = [
  [/^\/source\/git\/ref/, '--ref'],
  [/^\/source\/git\/token/, 'DRYDOCK_GIT_TOKEN'],
  [/^\/source\/git/, '--git'],
  [/^\/description/, 'the description'],
  [/^\/focusPaths/, '--focus'],
  [/^\/agent\/model/, '--model'],
  [/^\/agent\/instructions/, '--instructions'],
  [/^\/agent\/command/, 'the command after --'],
  [/^\/limits\/timeoutSeconds/, '--timeout'],
  [/^\/limits\/maxCostUsd/, '--max-cost'],
  [/^\/limits\/(.+)/, '--limit $1'],
  [/^\/limits/, '--limit'],
  [/^\/network/, '--allow'],
  [/^\/labels?\b/, '--label'],
  [/^\/maxAttempts/, '--attempts'],
  [/^\/callbackUrl/, '--callback-url'],
  [/^\/deliver/, '--pr'],
  [/^\/scopes/, '--scope'],
  [/^\/requestsPerSecond/, '--rate'],
  // Of the same name on both sides.
  [/^\/(image|setup|verify|priority|status|outcome|repository|search|limit)\b.*/, '--$1'],
];

/** What a person wrote at a JSON Pointer of a request; null: nothing of theirs. */
export const flagOf = (pointer: string): string | null => {
  const found = FLAGS.find(([pattern]) => pattern.test(pointer));
  return found ? (pointer.match(found[0])?.[0] ?? '').replace(...found) : null;
};
