@users @critical
Feature: Looking up a user
  Looking is what happens most. It must show exactly the user that was asked for, and it must never
  change anything by being done.

  Rule: Looking has no consequences

    @LOOK-01 @clause-2.4 @clause-5.8
    Scenario: A user can be looked up
      Given user Ada exists
      When the client looks up user Ada
      Then the answer shows user Ada

    @LOOK-02 @clause-2.4
    Scenario: Looking up a user changes nothing
      Given user Ada exists
      When the client looks up user Ada 5 times
      Then every answer shows the user who was asked for, unchanged

    @LOOK-02 @clause-2.4 @needs-head
    Scenario: Checking for a user shows nothing but is true
      Given user Ada exists
      When the client checks for user Ada
      Then the answer is empty and says that user Ada is there

  Rule: The caller gets exactly the user they asked for

    @LOOK-03 @clause-2.4 @clause-3.5
    Scenario Outline: An unknown user is said to be unknown
      Given user Ada can be looked up
      When the client looks up an id that <kind>
      Then the request is refused because there is no such user

      Examples: Ids that belong to nobody
        | kind                   |
        | was never issued       |
        | is cut short           |
        | has one character more |
        | is in the other case   |
        | has leading zeros      |

    @LOOK-03 @clause-2.4 @clause-3.5
    Scenario Outline: An odd id is refused cleanly
      Given user Ada can be looked up
      When the client looks up an id that <kind>
      Then the request is refused cleanly

      Examples: Ids that nobody can have
        | kind                   |
        | has a blank at the end |
        | is very long           |
        | is a percent sign      |

    @LOOK-03 @clause-2.4 @needs-head
    Scenario: Checking for an unknown user says so
      When the client checks for an id that was never issued
      Then the request is refused because there is no such user

    @LOOK-01 @clause-5.3
    Scenario: Each user is shown with their own details
      Given users Ada, Grace and Alan exist
      When the client looks up users Ada, Grace and Alan by turns 4 times
      Then every answer shows the user who was asked for, unchanged

    @LOOK-04 @clause-5.3
    Scenario: Looks at once are not mixed up
      Given users Ada, Grace, Alan, Edsger and Barbara exist
      When 10 clients look up users Ada, Grace, Alan, Edsger and Barbara at once, 5 times
      Then every answer shows the user who was asked for, unchanged

  Rule: What has not changed need not be sent again

    @LOOK-05 @clause-6.1 @needs-etag
    Scenario: An unchanged user is not sent again
      Given user Ada exists
      And the client knows the version of user Ada
      When the client looks up user Ada unless nothing has changed
      Then the answer says that nothing has changed

    @LOOK-05 @clause-6.1 @needs-etag @needs-patch
    Scenario: A user who has changed is sent anew
      Given user Ada exists
      And the client knows the version of user Ada
      When the client changes the name of user Ada
      And the client looks up user Ada unless nothing has changed
      Then the answer shows user Ada anew
