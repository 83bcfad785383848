@consistency @critical
Feature: Seeing one's own changes
  People look at what they have just saved. If the change is not there, they save it again or call support.
  In a session a client always sees its own changes.

  Rule: A client always sees its own changes

    @SES-01 @clause-5.5 @needs-consistency-token
    Scenario Outline: A client sees at once what it <act>
      When each of 4 clients <act> a user of its own and looks straight away
      Then every session shows the client's own changes

      Examples: What a client does
        | act     |
        | creates |
        | changes |
        | deletes |

    @SES-03 @clause-5.4 @clause-5.5 @needs-consistency-token
    Scenario: Changes take effect in the order they were made
      When each of 4 clients changes a user of its own 5 times and looks straight away
      Then every session shows the client's own changes
      And every reader finds all of them by id as last written within the promised time

  Rule: A client never goes back in time

    @SES-02 @clause-5.5 @needs-consistency-token
    Scenario: A client never sees an older state again
      When each of 6 clients keeps looking at a user that another client changes
      Then every session shows no older state after a newer one

    @EVC-11 @clause-5.5 @needs-consistency-token
    Scenario: A dependent change never appears before its cause
      Given users Ada, Grace, Alan, Edsger, Barbara and Donald exist
      When clients that have seen changes of users Ada, Alan and Barbara change users Grace, Edsger and Donald
      Then every session shows the first change together with the second

  Rule: A request for the newest state shows it

    @SES-04 @clause-5.6 @needs-strong-read
    Scenario Outline: The newest state shows what a client <act>
      When each of 4 clients <act> a user of its own and asks for the newest state
      Then every session shows the newest state

      Examples: What a client does
        | act     |
        | creates |
        | changes |
        | deletes |
