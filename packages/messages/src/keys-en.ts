/** The English texts about what people sign in and sign with, besides a password. */
export const keysEn = {
  "keys.title": "Your keys",
  "keys.lead":
    "A passkey lets you in, and signs what you approve. An SSH key signs only, on a command line. Each is on record, with all of its public half.",
  "keys.none": "You have none yet.",
  "keys.passkey": "Passkey",
  "keys.ssh-key": "SSH key",
  "keys.remove": "Remove",
  "keys.remove-named": "Remove {label}",
  "keys.confirmed": "Confirmed by {name}",
  "keys.in-force": "What it signs counts: nobody else could confirm it",
  "keys.waits": "Waits until somebody else who may change users has confirmed it",
  "keys.label": "What you call it",
  "keys.enrol": "Enrol a passkey",
  "keys.use": "Use a passkey",
  "keys.unavailable": "No passkeys here: {why}",
  "keys.elsewhere": "they work on {origin}; open the page there",
  "keys.no-browser": "this browser has none",
  "keys.not-shown": "No passkey was shown.",
  "keys.not-made": "No passkey was made.",

  "sso.use": "Sign in with {name}",
  "sso.leaving": "Going to {name}…",
  "sso.elsewhere": "Sign in with {name} works on {origin}; open the page there.",
  "sso.again": "Try again",
  "sso.back": "Back",
} as const;
