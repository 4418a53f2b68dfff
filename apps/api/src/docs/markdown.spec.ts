import { describe, expect, it } from '@jest/globals';
import { htmlOf } from './markdown.ts';

describe('htmlOf', () => {
  it('knows headings, paragraphs, lists, code, links and bold', () => {
    const text =
      '# `a_code`\n\nOne\nline. See [that](/errors/x).\n\n- first `1`\n- **second**\n  goes on\n\n```sh\nnpm test\n\nls\n```\n';
    expect(htmlOf(text)).toBe(
      [
        '<h1><code>a_code</code></h1>',
        '<p>One line. See <a href="/errors/x">that</a>.</p>',
        '<ul><li>first <code>1</code></li><li><strong>second</strong>   goes on</li></ul>',
        '<pre><code>npm test\n\nls</code></pre>',
      ].join('\n'),
    );
  });

  it('takes everything else for text', () => {
    expect(htmlOf('<script>alert(1)</script> & `<b>` [x](javascript:alert)')).toBe(
      '<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; <code>&lt;b&gt;</code> [x](javascript:alert)</p>',
    );
  });
});
