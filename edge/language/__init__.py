"""The language stage: labels, promises with their due times, and personal data found in a call's utterances."""
