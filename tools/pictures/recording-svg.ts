import type { Stretch } from './screen.ts';
import type { Frame } from './terminal-recording.ts';

/** Pixels. The width of a letter is 0.6 of its height in nearly every monospaced font; `textLength` holds the others to it. */
const FONT = 14;
const CELL = { width: 8.4, height: 19 };
const PADDING = 16;
const BAR = 36;
/** How long the end is shown before it begins again. */
const LAST_MS = 5_000;

const GROUND = '#0c1315';
const INK = '#d5dddc';
/** Of the terminal's 16 colours, normal and bright. */
const COLOURS = [
  ...['#5f7074', '#f5938a', '#62cf96', '#e9bb6c', '#8bb8f8', '#d3a1e6', '#63c3cf', '#c6d0d1'],
  ...['#93a2a5', '#ffb3ab', '#8be3b5', '#f6d596', '#b2d0fb', '#e5c4f2', '#94dbe4', '#ffffff'],
];
const FONTS = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

export interface RecordingOptions {
  readonly columns: number;
  readonly rows: number;
  /** Stands over the terminal, and is what somebody hears who cannot see it. */
  readonly title: string;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeText = (text: string): string => text.replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);

const px = (value: number): string => String(Number(value.toFixed(2)));

const classOf = ({ colour, isBold, isDim }: Stretch): string => {
  const names = [
    ...(colour === null ? [] : [`c${String(colour)}`]),
    ...(isBold ? ['b'] : []),
    ...(isDim ? ['d'] : []),
  ];
  return names.length === 0 ? '' : ` class="${names.join(' ')}"`;
};

const textOf = (stretch: Stretch): string => {
  const { column, columns, text } = stretch;
  const x = column === 0 ? '' : ` x="${px(column * CELL.width)}"`;
  return `<text${x} textLength="${px(columns * CELL.width)}"${classOf(stretch)}>${escapeText(text)}</text>`;
};

/** Every line that is seen is written once, and used by each picture that it is on. */
class Lines {
  readonly #ids = new Map<string, string>();

  idOf(line: readonly Stretch[]): string {
    const drawn = line.map(textOf).join('');
    const id = this.#ids.get(drawn) ?? `l${this.#ids.size.toString(36)}`;
    this.#ids.set(drawn, id);
    return id;
  }

  definitions(): string {
    return [...this.#ids].map(([drawn, id]) => `<g id="${id}">${drawn}</g>`).join('\n');
  }
}

const picture = ({ lines, cursor }: Frame, all: Lines): string => {
  const used = lines.flatMap((line, row) =>
    line.length === 0 ? [] : [`<use href="#${all.idOf(line)}" y="${px(row * CELL.height)}"/>`],
  );
  const [x, y] = [px(cursor.column * CELL.width), px(cursor.row * CELL.height)];
  return `<use href="#cursor" x="${x}" y="${y}"/>${used.join('')}`;
};

/** The pictures lie side by side, and the film is moved by one picture at a time. */
const motion = (frames: readonly Frame[], width: number): string => {
  const totalMs = (frames.at(-1)?.atMs ?? 0) + LAST_MS;
  const steps = frames.map(
    ({ atMs }, index) => `${px((100 * atMs) / totalMs)}%{transform:translateX(${px(-index * width)}px)}`,
  );
  const last = `transform:translateX(${px(-(frames.length - 1) * width)}px)`;
  return [
    `.film{${last};animation:play ${px(totalMs / 1_000)}s step-end infinite}`,
    `@keyframes play{${steps.join('')}100%{${last}}}`,
    '@media (prefers-reduced-motion:reduce){.film{animation:none}}',
  ].join('\n');
};

const style = (frames: readonly Frame[], width: number): string => {
  const colours = COLOURS.map((colour, index) => `.c${String(index)}{fill:${colour}}`).join('');
  return `text{font:${String(FONT)}px ${FONTS};fill:${INK};white-space:pre}
.b{font-weight:700}.d{fill-opacity:.62}${colours}
${motion(frames, width)}`;
};

/**
 * A recording as a picture that moves by itself where pictures may: CSS only, no script, nothing from elsewhere. Where
 * nothing may move, it shows the end.
 */
export const recordingSvg = (
  frames: readonly Frame[],
  { columns, rows, title }: RecordingOptions,
): string => {
  const inner = { width: columns * CELL.width, height: rows * CELL.height };
  const width = px(inner.width + 2 * PADDING);
  const height = px(inner.height + BAR + PADDING);
  const lines = new Lines();
  const film = frames
    .map(
      (frame, index) => `<g transform="translate(${px(index * inner.width)})">${picture(frame, lines)}</g>`,
    )
    .join('\n');
  const dots = [0, 1, 2]
    .map((n) => `<circle cx="${px(PADDING + 6 + 20 * n)}" cy="18" r="6" class="c0"/>`)
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" xml:space="preserve">
<title>${escapeText(title)}</title>
<style>${style(frames, inner.width)}</style>
<defs>
<rect id="cursor" y="${px(1 - FONT)}" width="${px(CELL.width)}" height="${px(CELL.height - 2)}" fill="${INK}" fill-opacity=".45"/>
${lines.definitions()}
</defs>
<rect width="${width}" height="${height}" rx="10" fill="${GROUND}"/>
${dots}<text x="${px((inner.width + 2 * PADDING) / 2)}" y="23" text-anchor="middle" class="d">${escapeText(title)}</text>
<svg x="${px(PADDING)}" y="${px(BAR)}" width="${px(inner.width)}" height="${px(inner.height)}"><g transform="translate(0 ${px(FONT)})"><g class="film">
${film}
</g></g></svg>
</svg>
`;
};
