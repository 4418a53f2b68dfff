import { useState } from 'preact/hooks';
import { counted } from '../text/amounts.ts';
import { visible } from '../text/visible.ts';
import { TextBlock } from '../ui/text-block.tsx';
import type { Step } from './transcript.ts';

interface StepsProps {
  readonly steps: readonly Step[];
  readonly isLive: boolean;
  /** More may come in a moment: nothing is missing yet. */
  readonly isReading: boolean;
}

/** Drawn at first; a run may have ten thousand. */
const SHOWN = 300;

type ToolStep = Extract<Step, { kind: 'tool' }>;

const ResultMark = ({ result }: Pick<ToolStep, 'result'>) => {
  if (result === null) return <span class="step-exit is-live">running</span>;
  if (result.exitCode === null) return null;
  return (
    <span class={`step-exit ${result.exitCode === 0 ? 'is-good' : 'is-bad'}`}>exit {result.exitCode}</span>
  );
};

/** So short that folding it would only be a click more. */
const SHORT_LINES = 5;
const SHORT_CHARACTERS = 400;

const Output = ({ output, truncatedBytes }: NonNullable<ToolStep['result']>) => {
  const lines = output.trimEnd().split('\n').length;
  return (
    <details class="step-output" open={lines <= SHORT_LINES && output.length <= SHORT_CHARACTERS}>
      <summary>
        Output <span class="hint">{counted(lines, 'line')}</span>
      </summary>
      <TextBlock text={output} lines={60} />
      {truncatedBytes > 0 && (
        <p class="hint">The agent did not see {counted(truncatedBytes, 'more byte')} either.</p>
      )}
    </details>
  );
};

const Tool = ({ step }: { readonly step: ToolStep }) => (
  <li class="step step-tool">
    <p class="step-name">
      <bdi>{visible(step.tool)}</bdi>
      <ResultMark result={step.result} />
    </p>
    <TextBlock class="step-input" text={step.input} lines={16} />
    {step.result !== null && step.result.output !== '' && <Output {...step.result} />}
  </li>
);

const StepItem = ({ step }: { readonly step: Step }) => {
  switch (step.kind) {
    case 'tool':
      return <Tool step={step} />;
    case 'thought':
      return (
        <li class="step step-thought">
          <TextBlock text={step.text} lines={40} />
        </li>
      );
    case 'notice':
      return (
        <li class="step step-notice">
          <code>{visible(step.code)}</code> {visible(step.message)}
        </li>
      );
  }
};

/** What the agent thought, did and saw, in order. */
export const Steps = ({ steps, isLive, isReading }: StepsProps) => {
  const [isAll, setAll] = useState(false);
  if (steps.length === 0) {
    const none = isLive ? 'No steps yet.' : 'This agent told of no steps; its output is in the log.';
    return <p class="loading">{isReading ? 'Loading…' : none}</p>;
  }
  const shown = isAll ? steps : steps.slice(-SHOWN);
  return (
    <section aria-label="Steps of the agent">
      {shown.length < steps.length && (
        <button type="button" class="link" onClick={() => setAll(true)}>
          Show {counted(steps.length - shown.length, 'earlier step')}
        </button>
      )}
      <ol class="steps">
        {shown.map((step) => (
          <StepItem key={step.seq} step={step} />
        ))}
      </ol>
    </section>
  );
};
