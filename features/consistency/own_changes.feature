@consistency @critical
Feature: Seeing one's own changes
  Whoever has just saved something looks at it next. A client for whom it is not there saves it again, or
  calls somebody.

  Rule: A client never loses sight of what it did

    @SES-01 @clause-5.5 @needs-consistency-token
    Scenario Outline: A client sees at once what it <act>
      When each of 4 clients <act> a user of its own and looks straight away
      Then each client sees its own change in every look

      Examples: What a client does
        | act     |
        | creates |
        | changes |
        | deletes |

    @SES-03 @clause-5.4 @clause-5.5 @needs-consistency-token
    Scenario: Changes take effect in the order they were made
      When each of 4 clients changes a user of its own 5 times in quick succession and looks straight away
      Then each client sees its own change in every look
      And everybody sees all of them within the promised time

  Rule: What a client has seen it keeps seeing

    @SES-02 @clause-5.5 @needs-consistency-token
    Scenario: A client never sees an older state again
      When each of 6 clients keeps looking at a user whom another client changes
      Then no client sees an older state after a newer one

    @EVC-11 @clause-5.5 @needs-consistency-token
    Scenario: Nobody sees an answer before its question
      Given users Ada, Grace, Alan, Edsger, Barbara and Donald exist
      When clients that have seen changes of users Ada, Alan and Barbara change users Grace, Edsger and Donald
      Then whoever is told of the second change sees the first

  Rule: Whoever asks for the newest state is shown it

    @SES-04 @clause-5.6 @needs-strong-read
    Scenario Outline: The newest state shows what a client <act>
      When each of 4 clients <act> a user of its own and asks for the newest state
      Then every look shows the newest state

      Examples: What a client does
        | act     |
        | creates |
        | changes |
        | deletes |
