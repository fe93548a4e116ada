/** A URL as it may be shown: query and login of a presigned one let anybody fetch what is behind it. Other texts stay. */
export function shownUrl(text: string): string {
    return /^https?:/i.test(text) ? text.replace(/^([^:]*:\/*)[^/?#]*@/, "$1…@").replace(/[?#].*$/s, "?…") : text;
}
