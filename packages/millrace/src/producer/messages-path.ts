/** Where `httpIngest({ messages: true })` listens, and a producer sends, when they are told nothing else. */
export const MESSAGES_PATH = '/messages';
