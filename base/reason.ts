/**
 * What an error says, with the causes behind it: of `fetch failed`, `connect ECONNREFUSED …` and the like the last is what
 * helps. Errors of another realm (Jest's, a worker's) count as well.
 */
export function reasonOf(error: unknown): string {
    if (typeof error !== "object" || error === null) return String(error);
    const { errors, message, cause }: { errors?: unknown; message?: unknown; cause?: unknown } = error;
    const own =
        Array.isArray(errors) && errors.length > 0 ? [...new Set(errors.map(reasonOf))].join(", ") : String(message);
    return cause === undefined ? own : `${own}: ${reasonOf(cause)}`;
}
