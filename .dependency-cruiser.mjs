/*
 * The floors as rules: what may import what. The rules themselves are in tools/floors/, one file for
 * each part of the house; tools/floors/floors.test.ts proves that every one of them fires.
 */
import { emilyRules } from './tools/floors/emily.ts';
import { internalRules } from './tools/floors/internal.ts';
import { millraceRules } from './tools/floors/millrace.ts';
import { options } from './tools/floors/options.ts';
import { workspaceRules } from './tools/floors/workspace.ts';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [...millraceRules, ...emilyRules, ...workspaceRules, ...internalRules(process.cwd())],
  options,
};
