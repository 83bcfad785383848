@strain @normal
Feature: Busy times
  Some clients ask too often, and sometimes something breaks. The service must be polite to the one, fair to
  everybody else, and whole again afterwards, so that nobody has to pick up the pieces.

  Rule: Whoever asks too often is sent away politely

    @BSY-01 @clause-8.1 @needs-rate-limit @exclusive
    Scenario: Asking too often is refused with a word
      When a client in a hurry asks until it is refused
      Then the request is refused because the client asks too often
      And the refusal says when to come back

    @BSY-02 @clause-8.1 @needs-rate-limit @exclusive
    Scenario: Coming back in time works
      When a client in a hurry asks until it is refused
      And it comes back when it was told to
      Then the hurried client is served again

    @BSY-03 @clause-8.1 @clause-3.4 @needs-rate-limit @exclusive
    Scenario: A creation refused for haste creates nobody
      When a client in a hurry creates users until it is refused
      Then the request is refused because the client asks too often
      And nobody whose creation was refused exists

    @BSY-03 @clause-8.1 @clause-3.4 @needs-rate-limit @needs-put @exclusive
    Scenario: A change refused for haste changes nothing
      Given user Ada exists
      When a client in a hurry replaces user Ada until it is refused
      Then user Ada shows the last accepted change

    @BSY-04 @clause-8.1 @needs-rate-limit @exclusive
    Scenario: One hurried client slows nobody else down
      When another client asks whenever the hurried one is refused
      Then the other client is served every time

  Rule: Trouble passes and leaves nothing half done

    @BSY-05 @clause-8.2 @needs-put
    Scenario: A replacement in trouble is whole or nothing
      Given user Ada exists
      When the client replaces user Ada 100 times and takes trouble as it comes
      Then every change of user Ada has happened wholly or not at all

    @BSY-05 @clause-8.2 @clause-2.6 @needs-patch
    Scenario: A change in trouble is whole or nothing
      Given user Ada exists
      When the client changes user Ada 100 times and takes trouble as it comes
      Then every change of user Ada has happened wholly or not at all

    @BSY-06 @clause-8.2
    Scenario: Every action succeeds in the end
      When the client uses everything that is offered
      Then everything has succeeded in the end
