import type { BudgetId, BudgetPeriod, BudgetScope, ProjectId } from '../domain/budget.ts';
import type { EpochMs, KeyId, TenantId, UserId } from '../domain/names.ts';
import type { Scope } from '../domain/credential.ts';
import type { Role } from './role.ts';

/**
 * What was decided about accounts, in the order it was decided. The log of these is the truth;
 * the tables are built from it. No command holds a secret, only digests (SHA-256, hex).
 */
export type AccountCommand =
  | TenantCreated
  | ProjectCreated
  | ProjectClosed
  | KeyCreated
  | KeyExpirySet
  | KeyLimitsSet
  | KeyRevoked
  | UserCommand
  | SignInLinkIssued
  | SessionOpened
  | SessionClosed
  | HoldDecided
  | BudgetCommand;

/** The credential with which somebody did it, such as `key 4fGh…` or `console session`; left out: Emily itself. */
export type Actor = string;

export type TenantCreated = {
  readonly kind: 'tenant-created';
  readonly at: EpochMs;
  readonly tenant: TenantId;
  readonly name: string;
  readonly by?: Actor;
};

export type ProjectCreated = {
  readonly kind: 'project-created';
  readonly at: EpochMs;
  readonly tenant: TenantId;
  readonly project: ProjectId;
  readonly name: string;
  readonly by?: Actor;
};

/** It takes no more keys; those that it had are revoked with it, each by a command of its own. */
export type ProjectClosed = {
  readonly kind: 'project-closed';
  readonly at: EpochMs;
  readonly tenant: TenantId;
  readonly project: ProjectId;
  readonly by?: Actor;
};

export type KeyCreated = {
  readonly kind: 'key-created';
  readonly at: EpochMs;
  readonly key: KeyId;
  readonly tenant: TenantId;
  readonly user: UserId | null;
  /** Left out: it belongs to none. */
  readonly project?: ProjectId;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly digest: string;
  readonly expiresAt: EpochMs | null;
  /** The key in whose place it was made. */
  readonly rotates?: KeyId;
  readonly by?: Actor;
};

/** How much a key may ask for in a minute; null: as much as it likes. It holds for those that are made in its place too. */
export type KeyLimitsSet = {
  readonly kind: 'key-limits-set';
  readonly at: EpochMs;
  readonly key: KeyId;
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  /** The operator's own, which the tenant's administrators cannot change. */
  readonly isOperators: boolean;
  readonly by?: Actor;
};

/** A key is good until then, instead of as long as it was made for. */
export type KeyExpirySet = {
  readonly kind: 'key-expiry-set';
  readonly at: EpochMs;
  readonly key: KeyId;
  readonly expiresAt: EpochMs;
  readonly by?: Actor;
};

export type KeyRevoked = {
  readonly kind: 'key-revoked';
  readonly at: EpochMs;
  readonly key: KeyId;
  readonly by?: Actor;
};

/** What was decided about users. Their names and passwords are sealed with a key of their own, in another place: see seal.ts. */
export type UserCommand = UserCreated | UserRoleSet | UserRemoved | UserErased | PasswordSet;

export type UserCreated = {
  readonly kind: 'user-created';
  readonly at: EpochMs;
  readonly user: UserId;
  /** Left out for those of the house. */
  readonly tenant?: TenantId;
  readonly role: Role;
  /** The name. */
  readonly sealed: string;
  readonly by?: Actor;
};

export type UserRoleSet = {
  readonly kind: 'user-role-set';
  readonly at: EpochMs;
  readonly user: UserId;
  readonly role: Role;
  readonly by?: Actor;
};

/** They sign in no more, and their sessions and links are over. */
export type UserRemoved = {
  readonly kind: 'user-removed';
  readonly at: EpochMs;
  readonly user: UserId;
  readonly by?: Actor;
};

/** The key with which what is known of them was sealed is gone. */
export type UserErased = {
  readonly kind: 'user-erased';
  readonly at: EpochMs;
  readonly user: UserId;
  readonly by?: Actor;
};

/** Their other sessions and links are over. */
export type PasswordSet = {
  readonly kind: 'password-set';
  readonly at: EpochMs;
  readonly user: UserId;
  /** What was made of it by scrypt. */
  readonly sealed: string;
  /** The session in which it was set, which goes on. */
  readonly sessionDigest: string;
};

/** A link that signs one person in to the console, once. */
export type SignInLinkIssued = {
  readonly kind: 'sign-in-link-issued';
  readonly at: EpochMs;
  readonly digest: string;
  readonly role: Role;
  /** Of whose people it signs one in; left out for those of the house. */
  readonly tenant?: TenantId;
  /** Whose own it is; left out: nobody's in particular. */
  readonly user?: UserId;
  readonly expiresAt: EpochMs;
  readonly by?: Actor;
};

/** A link was used, and is spent, or a password: the browser that used it holds a session. */
export type SessionOpened = {
  readonly kind: 'session-opened';
  readonly at: EpochMs;
  /** Left out: a password was used. */
  readonly linkDigest?: string;
  readonly digest: string;
  readonly role: Role;
  readonly tenant?: TenantId;
  readonly user?: UserId;
  readonly expiresAt: EpochMs;
};

export type SessionClosed = {
  readonly kind: 'session-closed';
  readonly at: EpochMs;
  readonly digest: string;
};

/** A person decided on what the program held. The decision itself is in the engine's log of them; this says what it was about. */
export type HoldDecided = {
  readonly kind: 'hold-decided';
  readonly at: EpochMs;
  readonly hold: number;
  /** Why it was held, whom that was about, and what was seen. */
  readonly reason: string;
  readonly producer: string | null;
  readonly evidence: string;
  readonly choice: string;
  /** The name that was given, and the credential that it came with. */
  readonly by: string;
  readonly credential: string;
  /** Why it was decided so. */
  readonly because: string;
};

/** What was decided about budgets. Amounts are exact decimal texts of the billing currency: `5.00`. */
export type BudgetCommand = BudgetSet | BudgetRemoved | CreditGranted | BudgetAlerted;

/** A budget was made, or its limit or kind changed. */
export type BudgetSet = {
  readonly kind: 'budget-set';
  readonly at: EpochMs;
  readonly tenant: TenantId;
  readonly budget: BudgetId;
  readonly scope: BudgetScope;
  readonly period: BudgetPeriod;
  readonly limit: string;
  readonly isHard: boolean;
  /** The operator's own, which the tenant's administrators cannot change. */
  readonly isOperators: boolean;
  readonly by?: Actor;
};

export type BudgetRemoved = {
  readonly kind: 'budget-removed';
  readonly at: EpochMs;
  readonly budget: BudgetId;
  readonly by?: Actor;
};

/** A tenant has paid before it spends. */
export type CreditGranted = {
  readonly kind: 'credit-granted';
  readonly at: EpochMs;
  readonly tenant: TenantId;
  readonly amount: string;
  /** Of the payment: the same once more is no second one. */
  readonly reference: string;
  readonly by?: Actor;
};

/** So much of a limit was spent, and somebody was told. */
export type BudgetAlerted = {
  readonly kind: 'budget-alerted';
  readonly at: EpochMs;
  readonly budget: BudgetId;
  readonly period: string;
  readonly percent: number;
  readonly limit: string;
};

/** Where commands go. Resolves once they are durable; rejects, and then none of them ever happened. */
export interface CommandLog {
  append(commands: readonly AccountCommand[]): Promise<void>;
}
