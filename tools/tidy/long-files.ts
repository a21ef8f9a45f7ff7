/** Files over 400 lines, each with the reason why it is one idea all the same. */
export const longFiles: Readonly<Record<string, string>> = {};
