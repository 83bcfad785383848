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

  Rule: What holds of every answer held all day

    @REJ-09 @clause-3.3 @needs-problem-json @last
    Scenario: Every refusal of the run explained itself
      Given all other stories have ended
      Then no answer of the whole run refuses without an explanation

    @OPS-01 @clause-8.3 @needs-correlation-id @last
    Scenario: Every answer of the run named its request
      Given all other stories have ended
      Then no answer of the whole run lacks the correlation id of its request

    @SEC-08 @clause-7.5 @needs-auth-caching @last
    Scenario: No private answer was left in shared caches
      Given all other stories have ended
      Then no answer of the whole run may be stored by shared caches

    @SEC-01 @clause-7.1 @needs-auth-challenge @last
    Scenario: Every refused caller was told what is needed
      Given all other stories have ended
      Then no answer of the whole run hides which credentials are needed

    @BSY-01 @clause-8.1 @needs-rate-limit @last
    Scenario: Every hasty client was told to come back
      Given all other stories have ended
      Then no answer of the whole run hides when to come back

    @REJ-08 @clause-3.2 @needs-allow-header @last
    Scenario: Every refused action came with those allowed
      Given all other stories have ended
      Then no answer of the whole run hides the allowed actions

    @REG-01 @clause-2.1 @needs-location @last
    Scenario: Every creation of the run led to its user
      Given all other stories have ended
      Then no answer of the whole run hides where a new user is

    @SES-01 @clause-5.5 @needs-consistency-token @last
    Scenario: Every write of the run gave its token
      Given all other stories have ended
      Then no answer of the whole run lacks the token of its write

    @EDT-01 @clause-6.1 @needs-etag @last
    Scenario: Every look-up of the run showed a version
      Given all other stories have ended
      Then no answer of the whole run lacks the version of its user
