import { paths, type HoldDecision } from '../api.ts';
import { post } from './post.ts';

/** Posts a decision on a hold; resolves once it is durable and carried out. Throws NoAnswer with what the server says. */
export const decide = async (id: number, decision: HoldDecision): Promise<void> => void (await post(paths.hold(id), decision));
