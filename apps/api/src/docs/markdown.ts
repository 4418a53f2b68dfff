/** The little of Markdown that our own pages are written in: headings, paragraphs, lists, fenced code, links, code, bold. */

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const inline = (text: string): string =>
  text
    .split(/(`[^`]+`)/)
    .map((part) =>
      part.startsWith('`')
        ? `<code>${escape(part.slice(1, -1))}</code>`
        : escape(part)
            .replace(/\[([^\]]+)\]\((https?:[^)\s]+|[/.#][^)\s]*)\)/g, '<a href="$2">$1</a>')
            .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>'),
    )
    .join('');

const itemsOf = (block: string): string[] => block.split(/^- /m).filter((item) => item.trim() !== '');

const blockOf = (block: string): string => {
  const heading = /^(#{1,3}) (.*)$/.exec(block);
  if (heading)
    return `<h${String(heading[1]?.length)}>${inline(heading[2] ?? '')}</h${String(heading[1]?.length)}>`;
  const fenced = /^```\w*\n([\s\S]*?)\n?```$/.exec(block);
  if (fenced) return `<pre><code>${escape(fenced[1] ?? '')}</code></pre>`;
  if (block.startsWith('- '))
    return `<ul>${itemsOf(block)
      .map((item) => `<li>${inline(item.trim().replaceAll('\n', ' '))}</li>`)
      .join('')}</ul>`;
  return `<p>${inline(block.replaceAll('\n', ' '))}</p>`;
};

/** Markdown of ours as HTML; everything else in it is text. */
export const htmlOf = (markdown: string): string =>
  (markdown.match(/```[\s\S]*?```|(?:(?!```)[^\n]+\n?)+/g) ?? [])
    .map((block) => blockOf(block.trim()))
    .join('\n');
