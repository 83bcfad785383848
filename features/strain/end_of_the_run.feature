@strain @critical
Feature: The end of the run
  The stories change many users, and each answer was a promise. When all stories have ended and all readers
  had time to catch up, every user must be as the last accepted change left them.

  Rule: What was confirmed lasts

    @OPS-05 @clause-5.2 @clause-5.8 @clause-3.4 @last
    Scenario: Every user is as their stories left them
      Given all other stories have ended
      Then every user is as their stories left them

  Rule: What was stored can be shown

    @OPS-06 @clause-2.8 @clause-3.5 @last
    Scenario: No user breaks the list for everybody
      Given all other stories have ended
      Then the list can still be read
