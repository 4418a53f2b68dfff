export interface PrintedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string | null;
  readonly service: string;
  readonly startMicros: number;
  readonly durationMicros: number;
}

const first = (pattern: RegExp, block: string): string => pattern.exec(block)?.[1] ?? '';

const spanOf = (block: string): PrintedSpan => ({
  name: first(/^ {2}name: '(.*)',$/m, block),
  traceId: first(/^ {2}traceId: '(.*)',$/m, block),
  id: first(/^ {2}id: '(.*)',$/m, block),
  parentId: first(/^ {2}parentSpanContext: \{[^}]*spanId: '(.*?)'/m, block) || null,
  service: first(/'service\.name': '(.*?)'/, block),
  startMicros: Number(first(/^ {2}timestamp: (.*),$/m, block)),
  durationMicros: Number(first(/^ {2}duration: (.*),$/m, block)),
});

/** The spans that `OTEL_TRACES_EXPORTER=console` printed, whatever stands between them. */
export const printedSpans = (output: string): PrintedSpan[] =>
  [...output.matchAll(/^\{\n[^]*?^\}$/gm)].map(([block]) => spanOf(block)).filter(({ id }) => id !== '');

/** One trace as an indented tree of names and milliseconds. */
export const treeOf = (spans: readonly PrintedSpan[], parentId: string | null = null, depth = 0): string =>
  spans
    .filter((span) => span.parentId === parentId)
    .sort((a, b) => a.startMicros - b.startMicros)
    .map(
      ({ id, name, service, durationMicros }) =>
        `${'  '.repeat(depth)}${name} [${service}] ${(durationMicros / 1000).toFixed(1)} ms\n` +
        treeOf(spans, id, depth + 1),
    )
    .join('');
