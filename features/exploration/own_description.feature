@exploration @openapi @normal
Feature: The description of the service
  Programs are written from the description that a service publishes of itself. An answer that is not in it breaks
  them, however right it is otherwise.

  Rule: Every answer is as the service describes it

    @OAS-01 @clause-8.6 @clause-3.5
    Scenario Outline: Answers are as described
      When clients send what the service describes, and what it does not, to <purpose>
      Then every answer was as the service describes it

      Examples: Purposes
        | purpose        |
        | create users   |
        | look up a user |
        | list users     |
        | delete users   |

    @OAS-01 @clause-8.6 @clause-3.5 @needs-put
    Scenario: Answers to replacements are as described
      When clients send what the service describes, and what it does not, to replace a user
      Then every answer was as the service describes it

    @OAS-01 @clause-8.6 @clause-3.5 @needs-patch
    Scenario: Answers to changes are as described
      When clients send what the service describes, and what it does not, to change a user
      Then every answer was as the service describes it
