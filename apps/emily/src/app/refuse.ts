import type { FastifyReply } from 'fastify';
import type { Scope } from '../domain/credential.ts';
import { excerpt, problemBody, type Problem } from '../gateway/problem.ts';

/** Answers an error, in the shape that clients of the gateway know. */
export function refuse(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).send(problemBody(problem));
}

const signIn = 'Send an API key as `Authorization: Bearer em_…`, or sign in to the console.';
const bearer = 'Send an API key as `Authorization: Bearer em_…`.';

export const notSignedIn: Problem = { status: 401, code: 'not_signed_in', message: signIn, expected: 'an API key, or a session of the console', got: 'neither', cure: signIn };

export const noSession: Problem = {
  status: 401,
  code: 'not_signed_in',
  message: 'Sign in to the console: with your password, or with a one-time link.',
  expected: 'a session of the console',
  got: 'none',
  cure: 'Open the console and sign in there, or open the one-time link that you were given, or that Emily printed when it started.',
};

export const keyRefused: Problem = {
  status: 401,
  code: 'invalid_api_key',
  message: `The API key is missing, malformed, unknown, expired or revoked. ${bearer}`,
  expected: 'a valid API key',
  got: 'none, or one that is not valid',
  cure: bearer,
};

export const keyLacks = (scope: Scope): Problem => ({
  status: 403,
  code: 'insufficient_scope',
  message: `This API key may not do that: it lacks the scope \`${scope}\`.`,
  expected: `a key with the scope \`${scope}\``,
  got: 'a valid key without it',
  cure: 'Use another key; an administrator of your organisation makes them.',
});

export const roleLacks = (role: string): Problem => ({
  status: 403,
  code: 'insufficient_role',
  message: `Nobody who is signed in as \`${role}\` may do that.`,
  expected: 'a session of a role that may do it, or a key with the scope that it takes',
  got: `a session of the role \`${role}\``,
  cure: 'Ask an administrator of your organisation.',
});

export const operatorOnly: Problem = {
  status: 403,
  code: 'operator_only',
  message: 'Only the operator of this Emily may do that.',
  expected: "a key of the operator with the scope `admin`, or the operator's session",
  got: 'a key of somebody else',
  cure: 'Ask the operator.',
};

/** A parameter of a question that is not what it should be. */
export const badParameter = (name: string, expected: string, got: string): Problem => ({
  status: 400,
  code: 'invalid_parameter',
  message: `${name} must be ${expected}, not '${excerpt(got)}'.`,
  expected,
  got: excerpt(got),
  cure: `Correct ${name}, or leave it out.`,
  param: name,
});
