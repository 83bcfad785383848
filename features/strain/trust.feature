@strain @minor
Feature: Service quality
  People rely on what is the same every day: each answer can be traced, comes soon and has the same structure
  as the last one, and the service does what its profile promises.

  Rule: Every answer can be traced

    @OPS-01 @clause-8.3 @needs-correlation-id
    Scenario: Every answer names its request
      Given user Ada exists
      When the client looks up user Ada
      And the client sends a request that must be refused because there is no such user
      Then every answer has the correlation id of its request

    @OPS-01 @clause-8.3 @needs-correlation-id @needs-validation-required
    Scenario: A refusal of invalid details can be traced
      When the client creates user Ada with an empty name
      Then every answer has the correlation id of its request

    @OPS-01 @clause-8.3 @needs-correlation-id @needs-auth-required
    Scenario: A refusal of credentials can be traced
      Given user Ada exists
      When a client with unknown credentials looks up user Ada
      Then every answer has the correlation id of its request

    @OPS-01 @clause-8.3 @needs-correlation-id
    Scenario: Requests without a correlation id get one each
      Given user Ada exists
      When the client looks up user Ada 3 times without a correlation id
      Then every answer has a correlation id of its own

    @OPS-01 @clause-8.3 @clause-3.5 @needs-correlation-id
    Scenario Outline: A bad trace does no harm
      Given user Ada exists
      When the client looks up user Ada with a trace that <trace>
      Then the answer shows user Ada

      Examples: Traces that cannot be followed
        | trace                    |
        | is garbled               |
        | is empty                 |
        | is of an unknown version |
        | is all zeros             |
        | is cut short             |
        | is very long             |
        | is in capitals           |

  Rule: The service does what it says

    @OPS-02 @clause-8.5 @needs-slo @exclusive
    Scenario: Answers come as fast as promised
      Given user Ada exists
      When the client measures the response times for user Ada
      Then the response times are within the objective of the service

    @OPS-03 @clause-2.12
    Scenario: A user has the same structure in every view
      Given user Ada exists
      When the client looks at user Ada in every view
      Then every view shows user Ada with the same structure

    @OPS-03 @clause-1.7
    Scenario: Unknown details in a view do no harm
      Given user Ada exists
      When the client looks at user Ada in every view
      Then every view shows user Ada so that it can be read, whatever else it contains

    @OPS-04 @clause-8.4 @needs-health
    Scenario: Every client may ask whether the service is healthy
      Given user Ada exists
      When a client without credentials asks for the health of the service
      Then the service reports that it is healthy

    @OPS-04 @clause-2.1 @clause-2.11 @clause-6.1 @clause-8.4
    Scenario: The service does what its profile says
      Given user Ada exists
      When the client tries every promise of the profile with user Ada
      Then no promise of the profile is missing
