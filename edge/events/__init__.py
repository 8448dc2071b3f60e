"""What happens between the firm and a customer outside of calls: contacts, proposal documents, log-ins.

Three ways in (a CSV, a signed webhook, copies of mail over SMTP) and one `Intake` behind them. Only a kind, a time and
pseudonyms are ever kept.
"""
