@strain @minor
Feature: Everyday trust
  People rely on what is the same every day: that each answer can be traced, comes soon and looks like the
  last one, and that the service does what it says of itself.

  Rule: Every answer can be traced

    @OPS-01 @clause-8.3 @needs-correlation-id
    Scenario: Every answer leads back to its request
      Given user Ada exists
      When the client looks up user Ada
      And the client is refused because there is no such user
      Then every answer can be traced to its request

    @OPS-01 @clause-8.3 @needs-correlation-id @needs-validation
    Scenario: The refusal of a form leads back to it
      When the client creates user Ada with an empty name
      Then every answer can be traced to its request

    @OPS-01 @clause-8.3 @needs-correlation-id @needs-auth
    Scenario: Whoever is not let in can be traced
      Given user Ada exists
      When a client with unknown credentials looks up user Ada
      Then every answer can be traced to its request

    @OPS-01 @clause-8.3 @needs-correlation-id
    Scenario: Requests without a trace are told apart
      Given user Ada exists
      When the client looks up user Ada 3 times without a trace
      Then every answer can be told from the others

    @OPS-01 @clause-8.3 @clause-3.5 @needs-correlation-id
    Scenario Outline: A bad trace does no harm
      Given user Ada exists
      When the client looks up user Ada with a trace that <trace>
      Then the answer shows user Ada

      Examples: Traces that nobody can follow
        | trace                    |
        | is garbled               |
        | is empty                 |
        | is of an unknown version |
        | is all zeros             |
        | is cut short             |
        | is very long             |
        | is in capitals           |

  Rule: The service is as good as its word

    @OPS-02 @clause-8.5 @needs-slo @exclusive
    Scenario: Everyday requests are answered quickly enough
      Given user Ada exists
      When the client asks often about user Ada
      Then almost all answers are quick enough

    @OPS-03 @clause-2.12
    Scenario: A user looks the same in every view
      Given user Ada exists
      When the client looks at user Ada in every view
      Then user Ada has the same shape in all of them

    @OPS-03 @clause-1.7
    Scenario: What else a view shows confuses nobody
      Given user Ada exists
      When the client looks at user Ada in every view
      Then every view shows user Ada, in whatever order and whatever else it shows

    @OPS-04 @clause-8.4 @needs-health
    Scenario: Anybody may ask whether the service is well
      Given user Ada exists
      When a client without credentials asks for the health of the service
      Then the service says that it is well

    @OPS-04 @clause-2.1 @clause-2.11 @clause-6.1 @clause-8.4
    Scenario: The service does what its profile says
      Given user Ada exists
      When the client asks for everything that is promised of user Ada
      Then nothing that is promised is missing
