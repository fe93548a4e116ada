/** What a page shows, without how it looks. */
export function bodyOf(page: string): string {
    const body = page.slice(page.indexOf("<body>"));
    if (!body.endsWith("</html>\n")) throw new Error("the page isn't whole");
    return body;
}
