/** Bounds of pages, as GitHub has them. */
const MOST_PER_PAGE = 100;
const PER_PAGE = 30;

/** A list that goes out in pages: the server cuts it and says in `Link` where the rest is. */
export const pageOf = <T>(
  items: readonly T[],
  query: { readonly page?: string | undefined; readonly per_page?: string | undefined },
): { readonly items: readonly T[]; readonly page: number; readonly pages: number } => {
  const perPage = Math.min(Math.max(Number(query.per_page ?? PER_PAGE), 1), MOST_PER_PAGE);
  const page = Math.max(Number(query.page ?? 1), 1);
  return {
    items: items.slice((page - 1) * perPage, page * perPage),
    page,
    pages: Math.ceil(items.length / perPage),
  };
};

/** The `Link` header of a page; undefined when there is only one. */
export const linkHeader = (
  url: string,
  { page, pages }: { readonly page: number; readonly pages: number },
): string | undefined => {
  if (pages <= 1) return undefined;
  const to = (target: number, rel: string): string => {
    const address = new URL(url);
    address.searchParams.set('page', String(target));
    return `<${address.toString()}>; rel="${rel}"`;
  };
  const back = page > 1 ? [to(page - 1, 'prev'), to(1, 'first')] : [];
  const on = page < pages ? [to(page + 1, 'next'), to(pages, 'last')] : [];
  return [...back, ...on].join(', ');
};
