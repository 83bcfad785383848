@strain @normal
Feature: Rate limits and faults
  Some clients send too many requests, and sometimes a request fails. The service must tell the former when
  to come back, keep serving the other clients, and leave nothing half done.

  Rule: A client over its rate limit is told when to return

    @BSY-01 @clause-8.1 @needs-rate-limit @by-turns
    Scenario: A refusal says when to come back
      When a client lists users until it is over its rate limit
      Then the request is refused because the client asks too often
      And the refusal says when to come back

    @BSY-02 @clause-8.1 @needs-rate-limit @by-turns
    Scenario: A client that comes back in time is served
      When a client lists users until it is over its rate limit
      And it comes back after the time that the refusal says
      Then the client is served again

    @BSY-02 @clause-8.1 @clause-4.5 @needs-rate-limit @by-turns
    Scenario: A creation refused over the limit can be repeated
      When a client creates users until it is over its rate limit
      And it comes back after the time that the refusal says
      Then the client is served again

    @BSY-03 @clause-8.1 @clause-3.4 @needs-rate-limit @by-turns
    Scenario: A creation over the rate limit creates no user
      When a client creates users until it is over its rate limit
      Then the request is refused because the client asks too often
      And no user exists whose creation was refused

    @BSY-03 @clause-8.1 @clause-3.4 @needs-rate-limit @needs-put @by-turns
    Scenario: A replacement over the rate limit changes nothing
      Given user Ada exists
      When a client replaces user Ada until it is over its rate limit
      Then the newest state shows user Ada with the last accepted details

    @BSY-04 @clause-8.1 @needs-rate-limit @exclusive
    Scenario: One client over its limit slows no other
      When another client sends requests while the first one is over its rate limit
      Then the other client is served every time

  Rule: Faults pass and leave nothing half done

    @BSY-05 @clause-8.2 @needs-put
    Scenario: A failed replacement is applied completely or not
      Given user Ada exists
      When the client replaces user Ada 100 times while some requests fail
      Then every change of user Ada was applied completely or not at all

    @BSY-05 @clause-8.2 @clause-2.6 @needs-patch
    Scenario: A failed change is applied completely or not
      Given user Ada exists
      When the client changes user Ada 100 times while some requests fail
      Then every change of user Ada was applied completely or not at all

    @BSY-06 @clause-8.2
    Scenario: Every operation succeeds in the end
      When the client uses every operation that the service offers
      Then every operation has succeeded
