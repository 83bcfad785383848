@strain @critical
Feature: The end of the day
  Much is done to users in a day, and each answer was a promise. When all is done and everybody had time
  to catch up, whoever looks again must find everybody as they were left.

  Rule: What was confirmed lasts

    @OPS-05 @clause-5.2 @clause-5.8 @clause-3.4 @last
    Scenario: Everybody is where their stories left them
      Given all other stories have ended
      Then everybody is where their stories left them
