@exploration @critical
Feature: Whatever clients do
  Examples show what somebody thought of. Real clients send texts that nobody thought of, in orders that
  nobody planned, so here both are drawn by chance, beside what services are known to get wrong.

  Rule: Whatever users are called, they are stored as sent

    @EXP-01 @clause-1.2 @clause-1.3 @clause-3.5 @clause-5.3
    Scenario: Texts of every kind are stored as sent
      When clients create, change and replace users with texts of every kind
      Then every answer and every view has shown each user as last written

    @EXP-01 @clause-1.2 @clause-1.3 @clause-3.5 @clause-5.3
    Scenario Outline: Texts that services spoil are stored as sent
      When clients create, change and replace users with <texts>
      Then every answer and every view has shown each user as last written

      Examples: Texts
        | texts                                     |
        | names in many letters                     |
        | names that look like something else       |
        | names with signs that software interprets |
        | names with odd blanks and invisible signs |

  Rule: However much emails are alike, each finds its own user

    @EXP-03 @clause-2.3 @clause-2.9 @clause-5.7
    Scenario Outline: Emails that services confuse are kept apart
      When clients create, change and replace users with <emails>
      Then every answer and every view has shown each user as last written

      Examples: Emails
        | emails                               |
        | emails in other letters              |
        | emails with dots, tags and wildcards |
        | emails that differ in one character  |
        | emails with quotes, and long ones    |

  Rule: In whatever order clients act, every promise holds

    @EXP-02 @clause-1.5 @clause-1.6 @clause-2.3 @clause-2.4 @clause-2.7 @clause-2.8 @clause-2.10 @clause-3.4
    @clause-4.1 @clause-4.6 @clause-4.7 @clause-5.4 @clause-5.5 @clause-5.7 @clause-6.1 @clause-6.2
    Scenario: Every promise holds in any order
      When clients create, change, replace, delete and look in any order
      Then every answer and every view has shown each user as last written
