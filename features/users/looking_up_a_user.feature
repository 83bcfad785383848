@users @critical
Feature: Looking up a user
  Looking up users is the most frequent request. It must show exactly the user that was asked for, and
  it must never change anything.

  Rule: A look-up changes nothing

    @LOOK-01 @clause-2.4 @clause-5.8
    Scenario: A user can be looked up
      Given user Ada exists
      When the client looks up user Ada
      Then the answer shows user Ada

    @LOOK-02 @clause-2.4
    Scenario: Looking up a user changes nothing
      Given user Ada exists
      When the client looks up user Ada 5 times
      Then every answer shows the requested user unchanged

    @LOOK-02 @clause-2.4 @needs-head
    Scenario: Checking for a user shows no details
      Given user Ada exists
      When the client checks for user Ada
      Then the answer shows no details but confirms the existence of user Ada

  Rule: A look-up shows exactly the requested user

    @LOOK-03 @clause-2.4 @clause-3.5
    Scenario Outline: Looking up an unknown user is refused
      Given user Ada exists
      When the client looks up an id that <kind>
      Then the request is refused because there is no such user

      Examples: Ids that no user has
        | kind                   |
        | was never issued       |
        | is cut short           |
        | has one character more |
        | is in the other case   |
        | has leading zeros      |

    @LOOK-03 @clause-2.4 @clause-3.5
    Scenario Outline: An odd id is refused cleanly
      Given user Ada exists
      When the client looks up an id that <kind>
      Then the request is cleanly refused

      Examples: Ids that no user can have
        | kind                            |
        | has a blank at the end          |
        | has a null character at the end |
        | is very long                    |
        | is a percent sign               |

    @LOOK-03 @clause-2.4 @needs-head
    Scenario: Checking for an unknown user is refused
      When the client checks for an id that was never issued
      Then the request is refused because there is no such user

    @LOOK-01 @clause-5.3
    Scenario: Each user is shown with their own details
      Given users Ada, Grace and Alan exist
      When the client looks up users Ada, Grace and Alan 4 times
      Then every answer shows the requested user unchanged

    @LOOK-04 @clause-5.3
    Scenario: Simultaneous look-ups are not mixed up
      Given users Ada, Grace, Alan, Edsger and Barbara exist
      When 10 clients look up users Ada, Grace, Alan, Edsger and Barbara at once, in 5 rounds
      Then every answer shows the requested user unchanged

  Rule: An unchanged user need not be sent again

    @LOOK-05 @clause-6.1 @needs-etag
    Scenario: An unchanged user is not sent again
      Given user Ada exists
      And the client knows the version of user Ada
      When the client looks up user Ada only if the version has changed
      Then the answer says that nothing has changed

    @LOOK-05 @clause-6.1 @needs-etag @needs-patch
    Scenario: A changed user is sent again
      Given user Ada exists
      And the client knows the version of user Ada
      When the client changes the name of user Ada
      And the client looks up user Ada only if the version has changed
      Then the answer shows the changed user Ada

    @LOOK-05 @clause-6.1 @clause-2.7 @needs-etag
    Scenario: A deleted user is not taken for unchanged
      Given user Ada exists
      And the client knows the version of user Ada
      When the client deletes user Ada
      And the client looks up user Ada only if the version has changed
      Then the request is refused because there is no such user
