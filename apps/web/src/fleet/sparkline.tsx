interface SparklineProps {
  readonly values: readonly (number | null)[];
  /** Said to those who do not see the bars. */
  readonly label: string;
}

const HEIGHT = 40;
const BAR = 6;
const STEP = 8;

/** Bars without axes: the shape of the last hour. */
export const Sparkline = ({ values, label }: SparklineProps) => {
  const most = Math.max(...values.map((value) => value ?? 0), 1e-9);
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${String(values.length * STEP)} ${String(HEIGHT)}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {values.map((value, i) => {
        const height = value === null || value === 0 ? 1 : Math.max(2, (value / most) * HEIGHT);
        return (
          <rect
            key={i}
            x={i * STEP}
            y={HEIGHT - height}
            width={BAR}
            height={height}
            class={value === null || value === 0 ? 'none' : 'some'}
          />
        );
      })}
    </svg>
  );
};
