import { describe, expect, it } from '@jest/globals';
import type { Stretch } from './screen.ts';
import { recordingSvg } from './recording-svg.ts';
import type { Frame } from './terminal-recording.ts';

const stretch = (text: string, look: Partial<Stretch> = {}): Stretch => ({
  text,
  column: 0,
  columns: text.length,
  colour: null,
  isBold: false,
  isDim: false,
  ...look,
});
const frame = (atMs: number, ...lines: Stretch[][]): Frame => ({
  atMs,
  lines,
  cursor: { row: 0, column: 2 },
});
const OPTIONS = { columns: 20, rows: 3, title: 'a < b & "c"' };

describe('recordingSvg', () => {
  it('makes text of everything that would be markup', () => {
    const svg = recordingSvg([frame(0, [stretch('</text><script>alert("&amp;")')])], OPTIONS);
    expect(svg).toContain('&lt;/text&gt;&lt;script&gt;alert(&quot;&amp;amp;&quot;)</text>');
    expect(svg).toContain('<title>a &lt; b &amp; &quot;c&quot;</title>');
    expect(svg).not.toContain('<script');
  });

  it('puts each stretch into its column, as wide as its cells, in its colours', () => {
    const svg = recordingSvg(
      [frame(0, [stretch('a'), stretch('+x', { column: 5, colour: 2, isBold: true, isDim: true })])],
      OPTIONS,
    );
    expect(svg).toContain('<text textLength="8.4">a</text>');
    expect(svg).toContain('<text x="42" textLength="16.8" class="c2 b d">+x</text>');
    expect(svg).toMatch(/\.c2\{fill:#[0-9a-f]{6}\}/);
  });

  it('writes a line once, however many pictures it is on', () => {
    const line = [stretch('the same')];
    const svg = recordingSvg([frame(0, line), frame(100, line, line), frame(200, [], line)], OPTIONS);
    expect(svg.split('the same')).toHaveLength(2);
    expect(svg.match(/<use href="#l0"/g)).toHaveLength(4);
  });

  it('shows each picture from its time on, the last one for five seconds, and the end where nothing may move', () => {
    const svg = recordingSvg([frame(0, [stretch('a')]), frame(5_000, [stretch('b')])], OPTIONS);
    expect(svg).toContain('0%{transform:translateX(0px)}50%{transform:translateX(-168px)}');
    expect(svg).toContain('.film{transform:translateX(-168px);animation:play 10s step-end infinite}');
    expect(svg).toContain('prefers-reduced-motion:reduce){.film{animation:none}}');
  });
});
