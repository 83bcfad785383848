"""The bridge from Gherkin to Allure: steps, labels, attachments, and files without a secret."""
