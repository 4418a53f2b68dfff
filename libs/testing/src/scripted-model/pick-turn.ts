import { lastInput, stepOf, type ChatRequest } from './chat-request.schema.ts';
import type { Script, ScriptTurn } from './script.schema.ts';

/** The first turn whose conditions all fit; null when the script has no answer. */
export const pickTurn = (
  script: Script,
  request: ChatRequest,
): { index: number; turn: ScriptTurn } | null => {
  const step = stepOf(request);
  const input = lastInput(request);
  const index = script.turns.findIndex((turn, place) => {
    const when = turn.when ?? { step: place + 1 };
    return (
      (when.step === undefined || when.step === step) &&
      (when.contains === undefined || input.includes(when.contains)) &&
      (when.matches === undefined || new RegExp(when.matches).test(input))
    );
  });
  const turn = script.turns[index];
  return turn === undefined ? null : { index, turn };
};
