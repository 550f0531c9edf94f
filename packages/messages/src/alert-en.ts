/** The English texts of alerts: for each kind a title of a few words, and what happened in one sentence; and their page. */
export const alertEn = {
  "alert.title.statement-reworded": "Denied, then tried in other words",
  "alert.text.statement-reworded":
    "{agent} was denied a statement on {target}, and then asked for another one that reaches as far.",
  "alert.title.frozen-write": "Write to a frozen target",
  "alert.text.frozen-write": "{agent} tried to change {target}, which is frozen. Nothing was changed.",
  "alert.title.statement-denied": "Statement denied",
  "alert.text.statement-denied":
    "{agent} asked {target} for something that the rule {rule} denies. It was not forwarded.",
  "alert.title.token-elsewhere": "Token used in the wrong place",
  "alert.text.token-elsewhere":
    "The token of session {name} was shown at {target}, which is not for it, from {address}.",
  "alert.title.token-expired": "Expired token used",
  "alert.text.token-expired":
    "The token of session {name} was shown at {target} after it had expired, from {address}.",
  "alert.title.connection-refused": "Connection refused",
  "alert.text.connection-refused":
    "Somebody at {address} tried to connect to {target} and could not show a valid token.",
  "alert.title.target-changed": "Another server answers",
  "alert.text.target-changed":
    "Another server answers for {target} than the one that it is held to. Nothing is forwarded to it.",
  "alert.title.sign-in-refused": "Sign-in refused",
  "alert.text.sign-in-refused": "Somebody at {address} showed a wrong token or code.",
  "alert.title.owner-recovery": "A way back for an owner was opened",
  "alert.text.owner-recovery":
    "On Custody’s machine a link was made that sets the password of the owner {name} and removes their second factor. If nobody lost theirs, act now.",
  "alert.title.sign-in-locked": "Locked out",
  "alert.text.sign-in-locked": "{name} was wrong too often, and is locked out.",
  "alert.title.access-denied": "Access denied",
  "alert.text.access-denied": "{name} at {address} asked for {route}, which is not theirs.",
  "alert.title.approval-waits": "A statement waits for approval",
  "alert.text.approval-waits": "A statement of {agent} on {target} is held until somebody says yes or no.",
  "alert.title.approval-misused": "Approval misused",
  "alert.text.approval-misused":
    "{agent} came to {target} with an approval that is forged, used up, or too old. It was not forwarded.",
  "alert.title.budget-reached": "A budget is spent",
  "alert.text.budget-reached":
    "The budget {name} is spent, or a request of {agent} would have gone beyond it.",
  "alert.title.budget-warned": "A budget is nearly spent",
  "alert.text.budget-warned": "Much of the budget {name} is spent, last by {agent}.",
  "alert.title.ledger-contradicted": "The ledger is contradicted",
  "alert.text.ledger-contradicted":
    "What {place} says and what the ledger says cannot both be true: history was rewritten or put back, or the place lies.",
  "alert.title.ledger-failed": "The ledger cannot write",
  "alert.text.ledger-failed": "Nothing is recorded, and so nothing is forwarded any more: {reason}",
  "alert.title.disk-low": "The disk is nearly full",
  "alert.text.disk-low": "The disk of the data directory has less room than disk.warnBelow.",
  "alert.title.disk-stopped": "The disk is full",
  "alert.text.disk-stopped":
    "The disk of the data directory has less room than disk.stopBelow, so nothing is forwarded.",
  "alert.title.test": "A test",
  "alert.text.test": "Somebody ran custody alerts test. Nothing has happened.",
  "alert.unknown": "unknown",

  "nav.alerts": "Alerts",
  "alerts.title": "Alerts",
  "alerts.lead": "What was refused, and what else a person should look at.",
  "alerts.open.one": "{count} alert that nobody has seen",
  "alerts.open.other": "{count} alerts that nobody has seen",
  "alerts.open-only": "Only what nobody has seen",
  "alerts.count.one": "once",
  "alerts.count.other": "{count} times",
  "alerts.first": "First action",
  "alerts.first-label": "First action: {title}",
  "alerts.last": "Last action",
  "alerts.last-label": "Last action: {title}",
  "alerts.acknowledge": "I have seen it",
  "alerts.acknowledge-label": "I have seen it: {title}",
  "alerts.acknowledged": "Seen by {by}, {time}",
  "alerts.not-acknowledged": "That you have seen it could not be recorded: {reason}",
  "alerts.none": "There has been no alert",
  "alerts.none-open": "Somebody has seen every alert",
  "alerts.more": "Show more",
  "alerts.failed": "The alerts could not be loaded: {reason}",
} as const;
