// Generated from core/surface by `cargo xtask bindings`. Do not edit.

export type Request = { "method": "about" } | { "method": "experiments" };

export type AboutView = { 
/**
 * `flowdeck`.
 */
name: string, 
/**
 * `0.1.0`.
 */
version: string, };

export type ExperimentsView = { 
/**
 * The store they are in.
 */
store: StoreView, 
/**
 * The experiments, in the store's order.
 */
experiments: Array<ExperimentRow>, 
/**
 * What was passed over while reading, a sentence each.
 */
warnings: Array<string>, };

export type StoreView = { 
/**
 * Its URI or path, without any secret.
 */
uri: string, 
/**
 * `SQLite store`, `File store` or `Tracking server`.
 */
kind: string, 
/**
 * Where it was found: `the current directory`.
 */
found: string, };

export type ExperimentRow = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Whether it stands.
 */
lifecycle: BadgeView, 
/**
 * When it last changed, as a clock time in the zone of this machine; unknown in old stores.
 */
last_update: string | null, };

export type BadgeView = { 
/**
 * One character.
 */
symbol: string, 
/**
 * The word.
 */
word: string, 
/**
 * What it means.
 */
tone: Tone, };

export type Tone = "plain" | "muted" | "accent" | "good" | "active" | "warning" | "bad";

export type FailureView = { 
/**
 * The kind's stable word: `damaged`, `unreachable`, ...
 */
kind: string, 
/**
 * What failed, to what, and why.
 */
sentence: string, 
/**
 * The way out, where one is known.
 */
hint: string | null, };
